// A wallet for tests, by the Wallet Standard. What it signs goes to the test, which has the key: window.signForTest.
// The test says which: {name, address, publicKey (hex), chain, sends}. `sends` false is a wallet that only signs.

function installWallet({ name, address, publicKey, chain, sends }) {
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const base64 = (data) => btoa(String.fromCharCode(...data));
  const account = {
    address,
    publicKey: Uint8Array.from(publicKey.match(/../g), (pair) => parseInt(pair, 16)),
    chains: [chain],
    features: [],
  };
  const signed = async (input) => JSON.parse(await window.signForTest(address, base64(input.transaction), sends));
  const signing = sends
    ? {
        "solana:signAndSendTransaction": {
          version: "1.0.0",
          supportedTransactionVersions: ["legacy", 0],
          signAndSendTransaction: async (input) => [{ signature: bytes((await signed(input)).signature) }],
        },
      }
    : {
        "solana:signTransaction": {
          version: "1.0.0",
          supportedTransactionVersions: ["legacy", 0],
          signTransaction: async (input) => [{ signedTransaction: bytes((await signed(input)).transaction) }],
        },
      };
  const wallet = {
    version: "1.0.0",
    name,
    icon: "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4=",
    chains: [chain],
    accounts: [],
    features: {
      "standard:connect": {
        version: "1.0.0",
        connect: async () => {
          wallet.accounts = [account];
          return { accounts: wallet.accounts };
        },
      },
      "standard:events": { version: "1.0.0", on: () => () => undefined },
      ...signing,
    },
  };
  const callback = ({ register }) => register(wallet);
  dispatchEvent(new CustomEvent("wallet-standard:register-wallet", { detail: callback }));
  addEventListener("wallet-standard:app-ready", ({ detail }) => callback(detail));
}
