using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Coordination;

[OptionsValidator]
internal sealed partial class CoordinationOptionsValidator : IValidateOptions<CoordinationOptions>;
