/**
 * The toolkit puts one empty style element into the page as it is loaded, and
 * looks for the nonce under another name than ours. Import this before it.
 */
const meta = document.querySelector('meta[name=csp-nonce]');
meta?.setAttribute('property', 'csp-nonce');
