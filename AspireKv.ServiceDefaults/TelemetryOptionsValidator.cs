using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults;

[OptionsValidator]
internal sealed partial class TelemetryOptionsValidator : IValidateOptions<TelemetryOptions>;
