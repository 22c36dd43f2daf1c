import * as z from 'zod';
import {
  namedSecret,
  ofProjectSecrets,
  ownSecret,
  secret,
  setOwnSecretInput,
  setSecretInput,
} from '../model/secret.ts';
import { signedIn, withRole } from './base.ts';

const done = z.object({});

export const secrets = {
  list: withRole('contributor', 'projectId')
    .route({ method: 'GET', path: '/projects/{projectId}/secrets', summary: 'Names of its secrets, by whom and when' })
    .input(ofProjectSecrets)
    .output(z.array(secret)),
  set: withRole('owner', 'projectId')
    .route({
      method: 'PUT',
      path: '/projects/{projectId}/secrets/{name}',
      summary: 'Add a secret, or replace its value',
    })
    .input(setSecretInput)
    .output(secret),
  delete: withRole('owner', 'projectId')
    .route({ method: 'DELETE', path: '/projects/{projectId}/secrets/{name}', summary: 'Delete a secret' })
    .input(namedSecret)
    .output(done),
  listOwn: signedIn
    .route({ method: 'GET', path: '/secrets', summary: 'Names of your own secrets' })
    .output(z.array(secret)),
  setOwn: signedIn
    .route({ method: 'PUT', path: '/secrets/{name}', summary: 'Add a secret of your own, or replace its value' })
    .input(setOwnSecretInput)
    .output(secret),
  deleteOwn: signedIn
    .route({ method: 'DELETE', path: '/secrets/{name}', summary: 'Delete a secret of your own' })
    .input(ownSecret)
    .output(done),
};
