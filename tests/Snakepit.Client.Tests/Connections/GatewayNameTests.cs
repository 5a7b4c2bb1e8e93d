using Snakepit.Client.Connections;

namespace Snakepit.Client.Tests.Connections;

public sealed class GatewayNameTests
{
    [Theory]
    [InlineData("silo-1:30000", "silo-1", 30000)]
    [InlineData(" silo_1.example.org:1 ", "silo_1.example.org", 1)]
    [InlineData("silo-1", "silo-1", 30000)]
    [InlineData("10.0.0.5:65535", "10.0.0.5", 65535)]
    [InlineData("[fd00::5]:31000", "fd00::5", 31000)]
    [InlineData("[fd00::5]", "fd00::5", 30000)]
    [InlineData("fd00::5", "fd00::5", 30000)]
    public void Hosts_have_names_or_addresses_and_a_port(string text, string host, int port) =>
        Assert.Equal(new GatewayName(host, port), GatewayName.TryParse(text));

    [Theory]
    [InlineData("")]
    [InlineData(":30000")]
    [InlineData("silo-1:0")]
    [InlineData("silo-1:65536")]
    [InlineData("silo-1:port")]
    [InlineData("[fd00::5:30000")]
    [InlineData("[fd00::5]30000")]
    [InlineData("http://silo-1:30000")]
    [InlineData("silo 1:30000")]
    public void Anything_else_is_no_gateway(string text) => Assert.Null(GatewayName.TryParse(text));

    [Theory]
    [InlineData("silo-1:30000")]
    [InlineData("[fd00::5]:30000")]
    public void It_is_written_as_it_is_read(string text) => Assert.Equal(text, GatewayName.TryParse(text).ToString());
}
