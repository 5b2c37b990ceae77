/**
 * One violation for each rule of the architecture, in rooms of the same names: what shows that the rules find something.
 */
package dev.registrar.planted;
