using System.IO.Pipelines;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Handshake;

/// <summary>
/// The dialling side. Each side proves that it holds the credential before the other believes a word:
/// <code>
/// client  hello
/// server  hello
/// client  proof (32 bytes)
/// server  verdict (1 byte), proof (32 bytes)
/// </code>
/// The client proves first, so that a stranger who dials gets nothing made with the key. Not covered: someone who can change the bytes of
/// an open connection on the way; the network between the members is to be trusted that far, or tunnelled.
/// </summary>
internal static class ClientHandshake
{
    /// <returns>Who answered.</returns>
    /// <exception cref="HandshakeRefusedException">One side refuses the other.</exception>
    /// <exception cref="MalformedMessageException">The other side does not keep to the protocol.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<PeerIdentity> RunAsync(
        IDuplexPipe pipe, LocalPeer local, NodeId wanted, ClusterCredential credential, CancellationToken cancellationToken)
    {
        var stream = new HandshakeStream(pipe);
        var own = Hello.Create(local, wanted);
        var ownBytes = own.Encode();
        await stream.WriteAsync(ownBytes, cancellationToken);
        var (serverBytes, server) = await stream.ReadHelloAsync(cancellationToken);
        await stream.WriteAsync(HandshakeProof.OfClient(credential, ownBytes, serverBytes), cancellationToken);
        var answer = await stream.ReadAsync(1 + HandshakeProof.Bytes, cancellationToken);
        var verdict = (HandshakeVerdict)answer[0];
        if (verdict == HandshakeVerdict.CredentialRefused)
        {
            throw new HandshakeRefusedException(
                HandshakeRefusedException.CredentialReason,
                "it does not accept this process's Cluster:Credential; both must be configured with the same one");
        }

        if (!HandshakeProof.AreEqual(HandshakeProof.OfServer(credential, ownBytes, serverBytes, verdict), answer.AsSpan(1)))
        {
            throw new HandshakeRefusedException(
                HandshakeRefusedException.CredentialReason, "it did not prove that it holds this cluster's credential");
        }

        ThrowIfRefused(verdict, own, server);
        return server.Identity;
    }

    private static void ThrowIfRefused(HandshakeVerdict verdict, Hello own, Hello server)
    {
        switch (verdict)
        {
            case HandshakeVerdict.FeatureLevelsRefused:
                throw new HandshakeRefusedException(
                    HandshakeRefusedException.VersionReason, $"it speaks {server.Levels}, and this process {own.Levels}");
            case HandshakeVerdict.OtherCluster:
                throw new HandshakeRefusedException(
                    HandshakeRefusedException.ClusterReason,
                    $"it belongs to cluster {server.ClusterId}, and this process to {own.ClusterId}");
            case HandshakeVerdict.OtherNode:
                throw new HandshakeRefusedException(
                    HandshakeRefusedException.NodeReason,
                    $"node {server.Identity.Node} ({server.Identity.Name}) listens where node {own.Wanted} was looked for");
            case HandshakeVerdict.IdentityRefused:
                throw new HandshakeRefusedException(
                    HandshakeRefusedException.IdentityReason,
                    $"it refuses this process as {own.Identity.Role} with node id {own.Identity.Node}: these do not fit together");
            case HandshakeVerdict.OwnNode:
                throw new HandshakeRefusedException(
                    HandshakeRefusedException.IdentityReason,
                    $"it is node {own.Identity.Node} itself; two processes must not be the same node");
            case HandshakeVerdict.NotAMember:
                throw new HandshakeRefusedException(
                    HandshakeRefusedException.MemberReason,
                    $"it knows no member {own.Identity.Node}, which this process says it is; Cluster:Members must be the same everywhere");
            case HandshakeVerdict.Busy:
                throw new HandshakeRefusedException(
                    HandshakeRefusedException.BusyReason,
                    $"it holds as many connections of gateways as its {PeerTransportOptions.SectionName}:"
                    + $"{nameof(PeerTransportOptions.MaxGatewayConnections)} allows");
            case > HandshakeVerdict.Busy:
                throw new HandshakeRefusedException(
                    HandshakeRefusedException.VersionReason, $"it refuses this process for a reason ({(byte)verdict}) of a later version");
        }

        // A server whose verdict is kinder than the facts is refused all the same.
        if (verdict != HandshakeVerdict.Accepted || server.Identity.Role != PeerRole.Node || server.Identity.Node != own.Wanted)
        {
            throw new HandshakeRefusedException(
                HandshakeRefusedException.NodeReason,
                $"{server.Identity.Role} {server.Identity.Node} answered where node {own.Wanted} was looked for");
        }

        if (!own.Levels.Overlap(server.Levels))
        {
            throw new HandshakeRefusedException(
                HandshakeRefusedException.VersionReason, $"it speaks {server.Levels}, and this process {own.Levels}");
        }

        if (server.ClusterId is { } theirs && own.ClusterId is { } ours && theirs != ours)
        {
            throw new HandshakeRefusedException(
                HandshakeRefusedException.ClusterReason, $"it belongs to cluster {theirs}, and this process to {ours}");
        }
    }
}
