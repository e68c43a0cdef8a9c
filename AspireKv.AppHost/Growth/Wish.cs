namespace AspireKv.AppHost.Growth;

/// <summary>What a plan is to do to a member.</summary>
/// <param name="Op">One of the operations of <c>POST /v1/admin/plans</c>.</param>
/// <param name="Node">The number of the member.</param>
internal sealed record Wish(string Op, int Node)
{
    public static Wish Drain(int node) => new("drain", node);

    public static Wish Remove(int node) => new("remove", node);
}
