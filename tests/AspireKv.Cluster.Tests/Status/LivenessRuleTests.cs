using AspireKv.Cluster.Status;

namespace AspireKv.Cluster.Tests.Status;

public sealed class LivenessRuleTests
{
    private static readonly LivenessRule Rule = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5));

    [Theory]
    [InlineData(0, NodeLiveness.Alive)]
    [InlineData(1.999, NodeLiveness.Alive)]
    [InlineData(2, NodeLiveness.Suspect)]
    [InlineData(4.999, NodeLiveness.Suspect)]
    [InlineData(5, NodeLiveness.Dead)]
    public void Judge_Connected_GoesByTheSilence(double seconds, NodeLiveness expected) =>
        Assert.Equal(expected, Rule.Judge(isConnected: true, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Judge_ConnectedAndNeverHeard_IsDead() => Assert.Equal(NodeLiveness.Dead, Rule.Judge(isConnected: true, silence: null));

    [Fact]
    public void Judge_NotConnected_IsDeadHoweverLatelyHeard() =>
        Assert.Equal(NodeLiveness.Dead, Rule.Judge(isConnected: false, TimeSpan.Zero));

    [Fact]
    public void Judge_NothingIsTakenOver_SuspectsForAsLongAsTheStreamIsUp() => Assert.Equal(
        NodeLiveness.Suspect, (Rule with { DeadAfter = TimeSpan.MaxValue }).Judge(isConnected: true, TimeSpan.FromDays(1)));
}
