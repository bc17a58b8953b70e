// The page of a code: pay for the object, do what its owner may, and keep the receipt.

import "./pay.js";
import "./act.js";
import "./receipt.js";
