using Snakepit.Core.Http;

namespace Snakepit.Core.Tests.Http;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8400", "http://127.0.0.1:8400", true, false)]
    [InlineData("http://127.0.0.1:8400/", "http://127.0.0.1:8400", true, false)]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:80", true, false)]
    [InlineData("http://localhost:8400", "http://localhost:8400", true, false)]
    [InlineData("http://[::1]:8400", "http://[::1]:8400", true, false)]
    [InlineData("http://10.1.2.3:0", "http://10.1.2.3:0", false, false)]
    [InlineData("http://0.0.0.0:8400", "http://0.0.0.0:8400", false, true)]
    [InlineData("http://[::]:8400", "http://[::]:8400", false, true)]
    [InlineData("http://*:8400", "http://*:8400", false, true)]
    [InlineData("http://+:8400", "http://*:8400", false, true)]
    public void An_address_is_taken(string url, string taken, bool isLoopback, bool isWildcard)
    {
        var address = ListenAddress.Parse(url);

        Assert.Equal((taken, isLoopback, isWildcard), (address.Url, address.IsLoopback, address.IsWildcard));
    }

    [Theory]
    [InlineData("http://127.0.0.l:8400", "'127.0.0.l' is no IP address")]
    [InlineData("http://silo.example.com:8400", "'silo.example.com' is no IP address")]
    [InlineData("http://127.1:8400", "'127.1' is no IP address")]
    [InlineData("http://0177.0.0.1:8400", "'0177.0.0.1' is no IP address")]
    [InlineData("http://::1:8400", "is no IP address")]
    [InlineData("http://:8400", "'' is no IP address")]
    [InlineData("http://127.0.0.1:8400/base", "is no port")]
    [InlineData("http://127.0.0.1/base", "is no IP address")]
    [InlineData("http://127.0.0.1:70000", "'70000' is no port from 0 to 65535")]
    [InlineData("http://user@127.0.0.1:8400", "is no IP address")]
    [InlineData("http://localhost:0", "cannot have one free port for both")]
    [InlineData("https://127.0.0.1:8400", "does not begin with http://")]
    [InlineData("127.0.0.1:8400", "does not begin with http://")]
    public void What_is_no_address_is_refused_with_the_reason(string url, string why)
    {
        var error = Assert.Throws<FormatException>(() => ListenAddress.Parse(url));

        Assert.Contains($"'{url}' is no address to listen on: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_addresses_are_separated_by_semicolons() =>
        Assert.Equal(2, ListenAddress.ParseAll("http://127.0.0.1:1; http://[::1]:1;").Count);

    [Fact]
    public void No_address_at_all_is_refused() => Assert.Throws<FormatException>(() => ListenAddress.ParseAll(" ; "));
}
