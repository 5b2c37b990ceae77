package dev.registrar.registration;

import dev.registrar.notification.EmailSender.MessageGuarantees;

/**
 * What the messengers of registrations that start now promise, and in which version of its text a message is sent.
 *
 * @param emailTemplate the hash of a stored set of templates, or the name by which the provider keeps the text
 * @param smsTemplate likewise
 */
public record Messengers(MessageGuarantees emails, MessageGuarantees texts, String emailTemplate, String smsTemplate) {}
