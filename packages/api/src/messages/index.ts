export { MESSAGES, Message, type MessageId, message, messageText } from './messages.ts';
