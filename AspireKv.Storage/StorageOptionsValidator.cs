using Microsoft.Extensions.Options;

namespace AspireKv.Storage;

[OptionsValidator]
internal sealed partial class StorageOptionsValidator : IValidateOptions<StorageOptions>;
