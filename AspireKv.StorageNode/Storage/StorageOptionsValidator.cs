using Microsoft.Extensions.Options;

namespace AspireKv.StorageNode.Storage;

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
