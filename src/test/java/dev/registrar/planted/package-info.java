/** One violation of each architecture rule, in packages with the same names, to show that the rules find them. */
package dev.registrar.planted;
