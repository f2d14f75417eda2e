/** The function that steps call. */
export const echo = { 'index.js': 'exports.handler = async (event) => event;\n' };
export const echoArn = 'arn:aws:lambda:us-east-1:123456789012:function:echo';
