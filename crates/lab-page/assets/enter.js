// The key behind the address's `#`, which no server and no log ever sees.
'use strict';

const key = location.hash.slice(1);
if (key) {
  history.replaceState(null, '', location.pathname);
  const form = document.getElementById('enter');
  form.elements.key.value = key;
  form.submit();
}
