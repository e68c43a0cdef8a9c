using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Tombstones;

[OptionsValidator]
internal sealed partial class TombstoneOptionsValidator : IValidateOptions<TombstoneOptions>;
