import * as z from 'zod';
import { pageOf } from '../model/common.ts';
import { listModelsInput, modelName, registeredModel, registeredModelDetail } from '../model/registeredModel.ts';
import { signedIn, withRole } from './base.ts';

export const models = {
  list: signedIn
    .route({ method: 'GET', path: '/models', summary: 'Registered models that you may see, by name' })
    .input(listModelsInput)
    .output(pageOf(registeredModel)),
  get: withRole('viewer', 'modelName')
    .route({ method: 'GET', path: '/models/{modelName}', summary: 'One registered model with its versions' })
    .input(z.object({ modelName }))
    .output(registeredModelDetail),
};
