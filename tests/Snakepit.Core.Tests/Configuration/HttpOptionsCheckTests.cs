using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Configuration;

public sealed class HttpOptionsCheckTests
{
    [Theory]
    [InlineData("AllowedHosts", "silo.example", true)]
    [InlineData("AllowedHosts", "silo.example:8400", true)]
    [InlineData("AllowedHosts", "*.example", true)]
    [InlineData("AllowedHosts", "*", true)]
    [InlineData("AllowedHosts", "http://silo.example", false)]
    [InlineData("AllowedHosts", "silo*", false)]
    [InlineData("AllowedHosts", "silo:port", false)]
    [InlineData("AllowedOrigins", "https://app.example", true)]
    [InlineData("AllowedOrigins", "http://app.example:8480/", true)]
    [InlineData("AllowedOrigins", "*", true)]
    [InlineData("AllowedOrigins", "app.example", false)]
    [InlineData("AllowedOrigins", "https://app.example/page", false)]
    [InlineData("AllowedOrigins", "null", false)]
    public void Hosts_and_origins_are_checked(string option, string entry, bool isRight)
    {
        var options = new HttpOptions();
        options = option == "AllowedHosts" ? options with { AllowedHosts = [entry] } : options with { AllowedOrigins = [entry] };

        var mistakes = HttpOptionsCheck.Mistakes(options, "Snakepit:Http").ToList();

        Assert.Equal(isRight, mistakes.Count == 0);
        Assert.All(mistakes, mistake => Assert.Equal(($"Snakepit:Http:{option}:0", entry), (mistake.Path, mistake.Value)));
    }

    [Theory]
    [InlineData(false, false, null, true)]
    [InlineData(true, false, null, false)]
    [InlineData(false, true, null, false)]
    [InlineData(true, true, true, true)]
    [InlineData(false, false, false, false)]
    public void The_page_of_the_door_is_for_this_machine_unless_it_is_asked_for(bool isOpen, bool hasKeys, bool? docs, bool shows)
    {
        var options = new HttpOptions { Docs = docs, KeysFile = hasKeys ? "keys.json" : null };

        Assert.Equal(shows, options.ShowsDocs(isOpen));
        Assert.False((options with { OpenApi = false }).ShowsDocs(isOpen));
    }

    [Fact]
    public void A_page_without_its_document_is_a_mistake()
    {
        var mistake = Assert.Single(HttpOptionsCheck.Mistakes(new HttpOptions { Docs = true, OpenApi = false }, "Snakepit:Http"));

        Assert.Equal("Snakepit:Http:Docs", mistake.Path);
    }
}
