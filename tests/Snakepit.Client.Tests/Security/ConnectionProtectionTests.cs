using Snakepit.Client.Security;

namespace Snakepit.Client.Tests.Security;

public sealed class ConnectionProtectionTests
{
    [Theory]
    [InlineData(true, null, false, "Secret")]
    [InlineData(true, null, true, "None")]
    [InlineData(true, "file", true, "Secret")]
    [InlineData(false, null, false, "Refused")]
    [InlineData(false, "file", false, "Refused")]
    [InlineData(false, null, true, "None")]
    [InlineData(false, "file", true, "Secret")]
    public void The_address_and_what_was_written_decide(bool isLoopback, string? file, bool allowInsecure, string expected)
    {
        var protection = new ConnectionProtection("Snakepit:Client") { SecretFile = file, AllowInsecure = allowInsecure };

        Assert.Equal(expected, $"{protection.Choose(isLoopback)}");
    }
}
