// A page to show when the portal can't be reached; browsers keep one only for secure addresses.
export function registerOffline() {
  if (window.isSecureContext && "serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
}
