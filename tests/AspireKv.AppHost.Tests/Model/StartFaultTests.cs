namespace AspireKv.AppHost.Tests.Model;

public sealed class StartFaultTests
{
    [Fact]
    public void Explain_ThrownByOthers_IsTheirMessageInOneLine() =>
        Assert.Equal("first second", StartFault.Explain(new InvalidOperationException("first\nsecond")));

    [Fact]
    public void Explain_ThrownBelowCodeOfOurs_IsNull()
    {
        var thrown = Record.Exception(static () => Enumerable.Empty<int>().First());

        Assert.IsType<InvalidOperationException>(thrown);
        Assert.Null(StartFault.Explain(thrown));
    }
}
