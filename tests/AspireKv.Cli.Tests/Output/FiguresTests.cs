using AspireKv.Cli.Output;

namespace AspireKv.Cli.Tests.Output;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(1048576, "1.0 MiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void Bytes_AreInTheLargestUnit(long bytes, string shown) => Assert.Equal(shown, Figures.Bytes(bytes));

    [Theory]
    [InlineData(new int[0], "")]
    [InlineData(new[] { 7 }, "7")]
    [InlineData(new[] { 3, 1, 2, 7, 9, 8 }, "1-3,7-9")]
    [InlineData(new[] { 1, 3, 5 }, "1,3,5")]
    public void Ranges_JoinNeighbours(int[] numbers, string shown) => Assert.Equal(shown, Figures.Ranges(numbers));

    [Theory]
    [InlineData(0, "0 copies")]
    [InlineData(1, "1 copy")]
    [InlineData(1200, "1,200 copies")]
    public void Count_TakesTheNoun(long number, string shown) => Assert.Equal(shown, Figures.Count(number, "copy", "copies"));
}
