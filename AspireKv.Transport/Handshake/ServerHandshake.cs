using System.IO.Pipelines;
using AspireKv.Cluster.Topology;
using AspireKv.Transport.Contracts;

namespace AspireKv.Transport.Handshake;

/// <summary>The accepting side; the messages are drawn at <see cref="ClientHandshake"/>.</summary>
internal static class ServerHandshake
{
    /// <inheritdoc cref="ClientHandshake.RunAsync" path="/exception"/>
    /// <param name="pipe">The connection.</param>
    /// <param name="local">This process.</param>
    /// <param name="credential">The cluster's credential.</param>
    /// <param name="tryTakePlace">Takes a place for a peer that nothing else speaks against; false when there is none.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    /// <returns>Who dialled, proved by the credential.</returns>
    public static async Task<PeerIdentity> RunAsync(
        IDuplexPipe pipe,
        LocalPeer local,
        ClusterCredential credential,
        Func<PeerIdentity, bool> tryTakePlace,
        CancellationToken cancellationToken)
    {
        var stream = new HandshakeStream(pipe);
        var (clientBytes, client) = await ReadHelloAsync(stream, cancellationToken);
        var own = Hello.Create(local, NodeId.None);
        var ownBytes = own.Encode();
        await stream.WriteAsync(ownBytes, cancellationToken);
        var proof = await stream.ReadAsync(HandshakeProof.Bytes, cancellationToken);
        var answer = new byte[1 + HandshakeProof.Bytes];
        if (!HandshakeProof.AreEqual(HandshakeProof.OfClient(credential, clientBytes, ownBytes), proof))
        {
            answer[0] = (byte)HandshakeVerdict.CredentialRefused;
            await stream.WriteAsync(answer, cancellationToken);
            throw new HandshakeRefusedException(
                HandshakeRefusedException.CredentialReason,
                $"it calls itself {Describe(client)} and did not prove that it holds this cluster's credential");
        }

        var verdict = Judge(own, client, local);
        if (verdict == HandshakeVerdict.Accepted && !tryTakePlace(client.Identity))
        {
            verdict = HandshakeVerdict.Busy;
        }

        answer[0] = (byte)verdict;
        HandshakeProof.OfServer(credential, clientBytes, ownBytes, verdict).CopyTo(answer.AsSpan(1));
        await stream.WriteAsync(answer, cancellationToken);
        return verdict == HandshakeVerdict.Accepted ? client.Identity : throw Refusal(verdict, own, client);
    }

    private static async Task<(byte[] Bytes, Hello Hello)> ReadHelloAsync(HandshakeStream stream, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadHelloAsync(cancellationToken);
        }
        catch (HandshakeRefusedException exception) when (exception.Reason == HandshakeRefusedException.VersionReason)
        {
            // Only the header: its form is the same in every version, so the client can say what is wrong.
            byte[] header = [.. Hello.Magic, Hello.Version, 0, 0];
            await stream.WriteAsync(header, cancellationToken);
            throw;
        }
    }

    private static HandshakeVerdict Judge(Hello own, Hello client, LocalPeer local)
    {
        if (!own.Levels.Overlap(client.Levels))
        {
            return HandshakeVerdict.FeatureLevelsRefused;
        }

        if (own.ClusterId is { } ours && client.ClusterId is { } theirs && ours != theirs)
        {
            return HandshakeVerdict.OtherCluster;
        }

        if (client.Wanted != own.Identity.Node)
        {
            return HandshakeVerdict.OtherNode;
        }

        var (role, node, process, _) = client.Identity;
        return role switch
        {
            PeerRole.Gateway when node == NodeId.None => HandshakeVerdict.Accepted,
            PeerRole.Node when node == own.Identity.Node && process != own.Identity.ProcessId => HandshakeVerdict.OwnNode,
            PeerRole.Node when node != NodeId.None && !local.MayConnect(node) => HandshakeVerdict.NotAMember,
            PeerRole.Node when node != NodeId.None => HandshakeVerdict.Accepted,
            _ => HandshakeVerdict.IdentityRefused,
        };
    }

    private static HandshakeRefusedException Refusal(HandshakeVerdict verdict, Hello own, Hello client) => verdict switch
    {
        HandshakeVerdict.FeatureLevelsRefused => new(
            HandshakeRefusedException.VersionReason, $"{Describe(client)} speaks {client.Levels}, and this process {own.Levels}"),
        HandshakeVerdict.OtherCluster => new(
            HandshakeRefusedException.ClusterReason,
            $"{Describe(client)} belongs to cluster {client.ClusterId}, and this process to {own.ClusterId}"),
        HandshakeVerdict.OtherNode => new(
            HandshakeRefusedException.NodeReason,
            $"{Describe(client)} looks for node {client.Wanted}, and this is node {own.Identity.Node}"),
        HandshakeVerdict.OwnNode => new(
            HandshakeRefusedException.IdentityReason, $"{Describe(client)} is another process with this node's own id"),
        HandshakeVerdict.NotAMember => new(
            HandshakeRefusedException.MemberReason, $"{Describe(client)} is no member of this node's cluster"),
        HandshakeVerdict.Busy => new(
            HandshakeRefusedException.BusyReason,
            $"{Describe(client)} is one more than {PeerTransportOptions.SectionName}:{nameof(PeerTransportOptions.MaxGatewayConnections)}"),
        _ => new(HandshakeRefusedException.IdentityReason, $"{Describe(client)} has a node id that does not fit its role"),
    };

    private static string Describe(Hello hello) => $"{hello.Identity.Role} {hello.Identity.Node} '{hello.Identity.Name}'";
}
