using AspireKv.ServiceDefaults.StartUp;
using Microsoft.Extensions.Options;

namespace AspireKv.ServiceDefaults.Tests.StartUp;

public sealed class StartUpFaultTests
{
    [Fact]
    public void Explain_SeveralSectionsAreWrong_SaysAllInOneLine()
    {
        var several = new AggregateException(
            new OptionsValidationException("a", typeof(string), ["A is wrong.", "B is wrong."]),
            new OptionsValidationException("c", typeof(int), ["C is wrong."]));

        Assert.Equal("A is wrong. B is wrong. C is wrong.", StartUpFault.Explain(several));
    }

    [Fact]
    public void Explain_RangeOfAnOptionInAPart_NamesTheOptionAsConfigured()
    {
        var wrong = new OptionsValidationException(
            "", typeof(SectionOptions), ["Wal.LimitBytes: The field SectionOptions.Wal.LimitBytes must be between 1 and 2."]);

        Assert.Equal("Section:Wal:LimitBytes must be between 1 and 2.", StartUpFault.Explain(wrong));
    }

    [Fact]
    public void Explain_OneFaultMetTwice_SaysItOnce()
    {
        var wrong = new OptionsValidationException("a", typeof(string), ["A is wrong."]);

        Assert.Equal("A is wrong.", StartUpFault.Explain(new AggregateException(wrong, wrong)));
    }

    [Fact]
    public void Explain_OneOfSeveralIsOurs_SaysNothing() => Assert.Null(StartUpFault.Explain(new AggregateException(
        new OptionsValidationException("a", typeof(string), ["A is wrong."]), new InvalidOperationException("broken inside"))));

    [Fact]
    public void Explain_FormatOfSomethingElse_SaysNothing() => Assert.Null(StartUpFault.Explain(new FormatException("broken inside")));

    private sealed class SectionOptions
    {
        public const string SectionName = "Section";
    }
}
