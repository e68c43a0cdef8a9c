namespace AspireKv.EndToEnd.Tests.Readme;

public sealed class ReadmeExampleTests
{
    private const string Markdown = """
        ```bash
        dotnet run
        ```
        Text.
        ```bash
        curl localhost:3000/login \
          -d '{}'
        # {"token":"..."}

        curl b
        # x 1
        # ...
        # y 2
        ```
        ```json
        ```
        """;

    [Fact]
    public void Parse_TwoCommands_GivesEachWithItsAnswer()
    {
        Assert.Equal(
            [new("curl localhost:3000/login \\\n  -d '{}'", """{"token":"..."}"""), new("curl b", "x 1\n...\ny 2")],
            ReadmeExample.Parse(Markdown));
    }

    [Theory]
    [InlineData("x 1\nmore\nlines\ny 2\n", true)]
    [InlineData("x 1\nmore\ny 3", false)]
    [InlineData("w\nx 1\n\ny 2", false)]
    public void Matches_Ellipsis_StandsForAnything(string output, bool expected)
    {
        Assert.Equal(expected, ReadmeExample.Parse(Markdown)[1].Matches(output));
    }
}
