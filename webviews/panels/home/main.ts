/** Entry of the home panel's bundle; also where a link that an MLflow client printed is led on. */
import { addressOf } from '../../app/browserHost.ts';
import { placeOfMlflowLink } from '../../app/mlflowLink.ts';
import { startPanel } from '../../app/start.ts';
import './homePanel.ts';

const place = placeOfMlflowLink(location.hash);
if (place) location.replace(addressOf(place));
else startPanel('fw-home-panel');
