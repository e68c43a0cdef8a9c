using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Liveness;

[OptionsValidator]
internal sealed partial class LivenessOptionsValidator : IValidateOptions<LivenessOptions>;
