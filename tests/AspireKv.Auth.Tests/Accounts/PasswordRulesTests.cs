using AspireKv.Auth.Accounts;

namespace AspireKv.Auth.Tests.Accounts;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("k7#Wq9!z")]
    public void FindFault_FairPassword_HasNone(string password) => Assert.Null(PasswordRules.FindFault(password, "admin@example.com"));

    [Theory]
    [InlineData("short")]
    [InlineData("ChangeMe!")]
    [InlineData("change-me")]
    [InlineData("Password123")]
    [InlineData("password")]
    [InlineData("12345678")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("<your password here>")]
    [InlineData("your-password-here")]
    public void FindFault_PlaceholderOrCommon_IsFound(string password) =>
        Assert.NotNull(PasswordRules.FindFault(password, "admin@example.com"));

    [Theory]
    [InlineData("admin.of.all@example.com")]
    [InlineData("Admin.Of.All@Example.COM")]
    [InlineData("admin.of.all@example.com1")]
    [InlineData("admin.of.all")]
    [InlineData("example.com")]
    public void FindFault_PartOfTheAddress_IsFound(string password) =>
        Assert.Contains("e-mail", PasswordRules.FindFault(password, "admin.of.all@example.com")!, StringComparison.Ordinal);

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void HasLegalLength_AtTheLimits_IsExact(int length, bool legal) =>
        Assert.Equal(legal, PasswordRules.HasLegalLength(new string('x', length)));
}
