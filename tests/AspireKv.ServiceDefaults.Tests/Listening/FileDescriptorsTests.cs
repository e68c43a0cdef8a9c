using AspireKv.ServiceDefaults.Listening;
using AspireKv.ServiceDefaults.StartUp;

namespace AspireKv.ServiceDefaults.Tests.Listening;

public sealed class FileDescriptorsTests
{
    [Fact]
    public void Parse_LimitsOfAProcess_IsTheSoftLimit()
    {
        string[] lines =
        [
            "Limit                     Soft Limit           Hard Limit           Units     ",
            "Max processes             unlimited            unlimited            processes ",
            "Max open files            4096                 524288               files     ",
        ];

        Assert.Equal(4096, FileDescriptors.Parse(lines));
        Assert.Null(FileDescriptors.Parse(lines[..2]));
        Assert.Null(FileDescriptors.Parse(["Max open files            unlimited            unlimited            files"]));
    }

    [Theory]
    [InlineData(10_000, null, 10_000)]
    [InlineData(10_000, 1_048_576L, 10_000)]
    [InlineData(10_000, 4_096L, 4_096 - FileDescriptors.Reserve)]
    [InlineData(1_000, 1_024L, 1_024 - FileDescriptors.Reserve)]
    [InlineData(1_000, 656L, FileDescriptors.Least)]
    [InlineData(5, 656L, 5)]
    public void Grant_LeavesTheServiceItsOwn(int wanted, long? limit, int granted) =>
        Assert.Equal(granted, FileDescriptors.Grant(wanted, limit));

    [Theory]
    [InlineData(300L)]
    [InlineData(655L)]
    public void Require_TooLowALimit_SaysWhatIsNeeded(long limit)
    {
        var refused = Assert.Throws<StartUpException>(() => FileDescriptors.Require(limit));

        Assert.Contains($"{limit} files", refused.Message, StringComparison.Ordinal);
        Assert.Contains("656", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(656L)]
    [InlineData(null)]
    public void Require_EnoughOrNotKnown_IsTaken(long? limit) => FileDescriptors.Require(limit);

    [Fact]
    public void Limit_OnLinux_IsKnown()
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.True(FileDescriptors.Limit is null or > 0);
        }
    }
}
