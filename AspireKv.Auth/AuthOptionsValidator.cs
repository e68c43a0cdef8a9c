using Microsoft.Extensions.Options;

namespace AspireKv.Auth;

[OptionsValidator]
internal sealed partial class AuthOptionsValidator : IValidateOptions<AuthOptions>;
