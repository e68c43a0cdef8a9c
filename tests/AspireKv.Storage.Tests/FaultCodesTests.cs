using AspireKv.Storage.Files;
using AspireKv.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace AspireKv.Storage.Tests;

/// <summary>Which codes say that there is no room, which ones that something passes by itself, and which ones neither.</summary>
public sealed class FaultCodesTests
{
    [Theory]
    [InlineData(28, true)]
    [InlineData(unchecked((int)0x80070070), true)]
    [InlineData(unchecked((int)0x80070027), true)]
    [InlineData(5, false)]
    [InlineData(12, false)]
    [InlineData(0, false)]
    public void DiskFull_IsSaidByTheseCodes(int code, bool isFull) => Assert.Equal(isFull, DiskFull.Is(new IOException("said", code)));

    [Fact]
    public void DiskFull_OfAQuota_IsSaidByTheCodeOfTheSystem()
    {
        Assert.Equal(!OperatingSystem.IsMacOS(), DiskFull.Is(new IOException("quota", 122)));
        Assert.Equal(OperatingSystem.IsMacOS(), DiskFull.Is(new IOException("quota", 69)));
    }

    [Theory]
    [InlineData(12, true)]
    [InlineData(23, true)]
    [InlineData(24, true)]
    [InlineData(unchecked((int)0x80070004), true)]
    [InlineData(unchecked((int)0x80070008), true)]
    [InlineData(unchecked((int)0x8007000E), true)]
    [InlineData(unchecked((int)0x80070020), true)]
    [InlineData(unchecked((int)0x800705AA), true)]
    [InlineData(28, false)]
    [InlineData(5, false)]
    [InlineData(2, false)]
    public void TransientFaults_AreSaidByTheseCodes(int code, bool passes) =>
        Assert.Equal(passes, TransientFaults.Is(new IOException("said", code)));

    [Fact]
    public void TransientFaults_OfALock_AreSaidByTheCodeOfTheSystem()
    {
        Assert.Equal(!OperatingSystem.IsMacOS(), TransientFaults.Is(new IOException("locked", 11)));
        Assert.Equal(OperatingSystem.IsMacOS(), TransientFaults.Is(new IOException("locked", 35)));
    }

    [Theory]
    [InlineData(13, 13, true)]
    [InlineData(10, 4874, true)]
    [InlineData(10, 10, false)]
    [InlineData(11, 11, false)]
    public void SqliteFaults_AFullDisk_IsSaidByTheseCodes(int code, int extendedCode, bool isFull) =>
        Assert.Equal(isFull, SqliteFaults.IsFull(new SqliteException("said", code, extendedCode)));

    [Theory]
    [InlineData(5, 5, true)]
    [InlineData(6, 6, true)]
    [InlineData(7, 7, true)]
    [InlineData(14, 14, true)]
    [InlineData(15, 15, true)]
    [InlineData(10, 3082, true)]
    [InlineData(10, 3850, true)]
    [InlineData(10, 10, false)]
    [InlineData(11, 11, false)]
    [InlineData(13, 13, false)]
    public void SqliteFaults_WhatPasses_IsSaidByTheseCodes(int code, int extendedCode, bool passes) =>
        Assert.Equal(passes, SqliteFaults.IsTransient(new SqliteException("said", code, extendedCode)));

    [Fact]
    public void SqliteFaults_OfFiles_AreThoseOfFiles()
    {
        Assert.True(SqliteFaults.IsTransient(new IOException("no memory", 12)));
        Assert.False(SqliteFaults.IsTransient(new IOException("input or output", 5)));
        Assert.True(SqliteFaults.IsCannotOpen(new SqliteException("cannot open", 14)));
        Assert.False(SqliteFaults.IsCannotOpen(new SqliteException("locked", 6)));
        Assert.False(SqliteFaults.IsCannotOpen(new IOException("cannot open", 14)));
    }
}
