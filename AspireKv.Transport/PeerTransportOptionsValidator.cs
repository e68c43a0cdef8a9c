using Microsoft.Extensions.Options;

namespace AspireKv.Transport;

[OptionsValidator]
internal sealed partial class PeerTransportOptionsValidator : IValidateOptions<PeerTransportOptions>;
