/** Entry of the home panel's bundle; also where a link that an MLflow client printed is led on. */

import { placeOfMlflowLink } from '../../app/mlflowLink.ts';
import { addressOf } from '../../app/placeAddress.ts';
import { startPanel } from '../../app/start.ts';
import './homePanel.ts';

const place = placeOfMlflowLink(location.hash);
if (place) location.replace(addressOf(place));
else startPanel('fw-home-panel');
