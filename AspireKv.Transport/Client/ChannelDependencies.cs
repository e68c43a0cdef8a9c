using AspireKv.Dialing;
using AspireKv.Transport.Contracts;
using AspireKv.Transport.Handshake;
using AspireKv.Transport.Monitoring;
using Microsoft.Extensions.Logging;

namespace AspireKv.Transport.Client;

/// <summary>What all channels of a process share.</summary>
internal sealed record ChannelDependencies(
    LocalPeer Local,
    ClusterCredential Credential,
    PeerTransportOptions Options,
    AddressRace Addresses,
    Dialer Dialer,
    TransportMetrics Metrics,
    TimeProvider Time,
    ILogger Logger);
