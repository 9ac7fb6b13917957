/** One of each kind of thing that has a name, each in one file, as a program of one's own adds them. */
import './brightness.js';
import './feature-noise.js';
import './left-part.js';
import './one-layer.js';
import './sign-descent.js';
import './stairs.js';
import './stripes.js';
