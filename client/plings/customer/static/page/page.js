// The page of a code: pay for the object, or do what its owner may.

import "./pay.js";
import "./act.js";
