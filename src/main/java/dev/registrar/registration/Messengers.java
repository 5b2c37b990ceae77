package dev.registrar.registration;

import dev.registrar.notification.EmailSender.MessageGuarantees;

/**
 * The promises of the message providers of registrations that start now, and the versions of the message texts.
 *
 * @param emailTemplate the hash of a stored set of templates, or the name by which the provider keeps the text
 * @param smsTemplate likewise
 */
public record Messengers(MessageGuarantees emails, MessageGuarantees texts, String emailTemplate, String smsTemplate) {}
