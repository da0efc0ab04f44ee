// What was typed and is not on the server yet, kept on this machine: by person, report and entry, so that nobody
// meets the words of somebody else who used the same machine.
const BEGINNING = "nhap:";

// A private window may refuse to keep anything; the page then says so before it is left.
function attempt(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

function keysOf(beginning) {
  return attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(beginning)), []);
}

export function draftsOf(user, report) {
  const beginning = `${BEGINNING}${user}:${report}:`;
  return {
    // Returns whether it could be kept.
    keep: (entry, draft) => attempt(() => localStorage.setItem(beginning + entry, JSON.stringify(draft)) === undefined, false),
    forget: (entry) => attempt(() => localStorage.removeItem(beginning + entry)),
    all: () =>
      keysOf(beginning).flatMap((key) => {
        const draft = attempt(() => JSON.parse(localStorage.getItem(key)), null);
        return draft ? [[key.slice(beginning.length), draft]] : [];
      }),
  };
}

export function anyDrafts() {
  return keysOf(BEGINNING).length > 0;
}

export function forgetAll() {
  keysOf(BEGINNING).forEach((key) => attempt(() => localStorage.removeItem(key)));
}
