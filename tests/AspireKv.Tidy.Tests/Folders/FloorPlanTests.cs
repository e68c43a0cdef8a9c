namespace AspireKv.Tidy.Tests.Folders;

public sealed class FloorPlanTests
{
    private const string Table = """

        ## P

        A house.

        | Floor | Folder | What it is |
        | --- | --- | --- |
        | 3 | `(root)` | The door |
        | 2 | `High/Inner` | A part of it |
        | 1 | `High` | The upper half |
        | 1 | `Low` | The lower half |

        """;

    private static readonly FloorPlan Plan = FloorPlan.Parse(Table);

    [Theory]
    [InlineData("(root)", "Low", true)]
    [InlineData("High.Inner", "High", true)]
    [InlineData("High.Inner.Deep", "Low", true)]
    [InlineData("High.Other", "High", true)]
    [InlineData("High", "High.Other", true)]
    [InlineData("High", "High.Inner", false)]
    [InlineData("High", "Low", false)]
    [InlineData("Low", "(root)", false)]
    public void NotDown_IsWhatLeadsToNoLowerFloor(string from, string to, bool isDown) =>
        Assert.Equal(isDown ? [] : [new Arrow(from, to)], Plan.NotDown([new Arrow(from, to)]));

    [Fact]
    public void Compare_AllFolders_IsNothing() =>
        Assert.Empty(Plan.Compare(["(root)", "High", "High.Inner", "High.Inner.Deep", "Low", "Low"]));

    [Fact]
    public void Compare_TellsFoldersWithoutARowAndRowsWithoutAFolder() => Assert.Equal(
        ["Lower has no row in docs/folders.md", "docs/folders.md has a row for Low, which is none"],
        Plan.Compare(["(root)", "High", "High.Inner", "Lower"]));

    [Theory]
    [InlineData("| 4 | `Late` | A floor above the one over it |")]
    [InlineData("| 1 | `Low` | Once more |")]
    [InlineData("| 1 | `Silent` | |")]
    public void Parse_RowThatSaysNothingSound_Throws(string row) =>
        Assert.Throws<FormatException>(() => FloorPlan.Parse(Table + row + "\n"));
}
