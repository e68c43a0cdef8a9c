using System.Text.Json;
using AspireKv.Cluster.Membership;
using AspireKv.Cluster.Topology;
using AspireKv.Gateway.Errors;

namespace AspireKv.Gateway.Administration;

/// <summary>
/// One wish while it is read: its members may come in any order, so what they make is known at its end only. Not thread-safe.
/// </summary>
internal sealed class WishDraft
{
    private const string Op = "op";
    private const string Node = "node";
    private const string By = "by";
    private const string Factor = "factor";
    private const string Nodes = "nodes";

    private readonly int _number;

    private string? _op;
    private NodeId? _node;
    private NodeId? _by;
    private int? _factor;
    private List<NodeId>? _nodes;

    private WishDraft(int number) => _number = number;

    /// <param name="reader">Stands at the first token of the wish, and then at its last.</param>
    /// <param name="number">The number of the wish in its list, from 1.</param>
    /// <param name="wish">The wish, where nothing is wrong with it.</param>
    /// <returns>What is wrong with the wish, or null.</returns>
    public static ApiError? Read(ref Utf8JsonReader reader, int number, out PlanWish? wish)
    {
        wish = null;
        var draft = new WishDraft(number);
        return reader.TokenType != JsonTokenType.StartObject
            ? draft.Fault("is no JSON object")
            : JsonMembers.ReadObject(ref reader, draft.Take) ?? draft.Make(out wish);
    }

    private ApiError? Take(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals(Op))
        {
            return _op is not null ? Twice(Op)
                : (_op = JsonMembers.ReadText(ref reader)) is null ? Fault($"has an \"{Op}\" that is no text")
                : null;
        }

        if (reader.ValueTextEquals(Node))
        {
            return TakeNode(ref reader, Node, ref _node);
        }

        if (reader.ValueTextEquals(By))
        {
            return TakeNode(ref reader, By, ref _by);
        }

        if (reader.ValueTextEquals(Factor))
        {
            return _factor is not null ? Twice(Factor)
                : (_factor = JsonMembers.ReadNumber(ref reader)) is not >= 1 ? Fault($"has a \"{Factor}\" that is no number from 1")
                : null;
        }

        if (reader.ValueTextEquals(Nodes))
        {
            return TakeNodes(ref reader);
        }

        reader.Skip();
        return null;
    }

    private ApiError? TakeNode(ref Utf8JsonReader reader, string name, ref NodeId? node)
    {
        if (node is not null)
        {
            return Twice(name);
        }

        node = JsonMembers.ReadNode(ref reader);
        return node is null ? Fault($"has a \"{name}\" that is no node's number from 1 to {NodeId.MaxValue}") : null;
    }

    private ApiError? TakeNodes(ref Utf8JsonReader reader)
    {
        if (_nodes is not null)
        {
            return Twice(Nodes);
        }

        _nodes = [];
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return NoNodes();
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (JsonMembers.CurrentNode(ref reader) is not { } node || _nodes.Count == PartitionConfig.MaxReplicas)
            {
                return NoNodes();
            }

            _nodes.Add(node);
        }

        return _nodes.Count == 0 ? NoNodes() : null;
    }

    private ApiError? Make(out PlanWish? wish)
    {
        wish = _op switch
        {
            WishOps.Add when _node is { } node => new AddWish(node),
            WishOps.Drain when _node is { } node => new DrainWish(node),
            WishOps.Remove when _node is { } node => new RemoveWish(node),
            WishOps.Replace when _node is { } node && _by is { } by => new ReplaceWish(node, by),
            WishOps.Replication when _factor is { } factor => new ReplicationWish(factor),
            WishOps.System when _nodes is { } nodes => new SystemWish(nodes),
            WishOps.Order => new OrderWish(),
            _ => null,
        };
        return wish is not null ? null : _op switch
        {
            null => Lacks(Op),
            WishOps.Replication => Lacks(Factor),
            WishOps.System => Lacks(Nodes),
            WishOps.Replace when _node is not null => Lacks(By),
            WishOps.Add or WishOps.Drain or WishOps.Remove or WishOps.Replace => Lacks(Node),
            _ => Fault($"has an \"{Op}\" that is none of {string.Join(", ", WishOps.All)}"),
        };
    }

    private ApiError NoNodes() => Fault($"has \"{Nodes}\" that are no list of 1 to {PartitionConfig.MaxReplicas} numbers of nodes");

    private ApiError Lacks(string name) => Fault($"lacks \"{name}\"");

    private ApiError Twice(string name) => Fault($"has \"{name}\" more than once");

    private ApiError Fault(string fault) => ApiError.InvalidWish(_number, fault);
}
