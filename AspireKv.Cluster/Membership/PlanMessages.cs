namespace AspireKv.Cluster.Membership;

/// <summary>Asks a member what wishes come to; the answer is a <see cref="PlanOutcome"/>. Nothing is changed.</summary>
/// <param name="Wishes">At most <see cref="TopologyPlan.MaxWishes"/>.</param>
public sealed record PlanRequest(IReadOnlyList<PlanWish> Wishes);
