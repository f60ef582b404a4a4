/** The vectors are data, under `testing/vectors/data`; nothing is imported from here. What makes them lies beside this file. */
export {};
