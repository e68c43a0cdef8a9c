using AspireKv.Cluster.Keys;
using AspireKv.Cluster.Operations;
using AspireKv.Cluster.Versioning;

namespace AspireKv.Gateway.KeyValue;

/// <summary>What the body of a JSON route asks for.</summary>
/// <param name="Key">The key, in the namespace that the body names or in the default one.</param>
/// <param name="Value">The UTF-8 bytes of the value; empty where the route takes none.</param>
/// <param name="Condition">On what the change is to depend.</param>
/// <param name="Revisions">The revision of the condition, if it has one.</param>
/// <param name="NamesRevision">
/// Whether the answer names the revision. A body that names neither namespace nor revision is answered as it was before these existed.
/// </param>
internal readonly record struct JsonRequest(
    StoreKey Key, byte[] Value, ConditionKind Condition, IReadOnlyList<Stamp> Revisions, bool NamesRevision);
