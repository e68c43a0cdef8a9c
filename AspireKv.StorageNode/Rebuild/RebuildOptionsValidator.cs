using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Rebuild;

[OptionsValidator]
internal sealed partial class RebuildOptionsValidator : IValidateOptions<RebuildOptions>;
