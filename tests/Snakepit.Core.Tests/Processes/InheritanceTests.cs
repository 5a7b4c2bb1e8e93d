using Snakepit.Core.Processes;

namespace Snakepit.Core.Tests.Processes;

public sealed class InheritanceTests
{
    public static TheoryData<string> Ordinary { get; } =
        [
            "PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH", "TMPDIR", "XDG_RUNTIME_DIR", "CUDA_VISIBLE_DEVICES",
            "PWD", "KEYBOARD", "TOKENIZERS_PARALLELISM"
        ];

    public static TheoryData<string> Secrets { get; } =
    [
        "DB_PASSWORD", "PGPASSWORD", "db_password_file", "MYSQL_PWD", "CLIENT_SECRET", "AZURE_CLIENT_SECRET", "AWS_SECRET_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "GITHUB_TOKEN", "SNAKEPIT_INSTANCE_TOKEN", "SIGNING_KEY", "OPENAI_APIKEY", "OPENAI_API_KEYS", "GOOGLE_APPLICATION_CREDENTIALS",
        "SSH_PASSPHRASE",
        "ConnectionStrings__Orders", "POSTGRESQLCONNSTR_Orders", "PGPASSFILE", "PGSERVICEFILE", "APPLICATIONINSIGHTS_CONNECTION_STRING",
        "DATABASE_URL", "SENTRY_DSN", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        "Snakepit__InstanceToken", "SNAKEPIT__POOLS__0__NAME",
    ];

    public static TheoryData<string> Necessary { get; } =
        [
            "PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH", "TMPDIR", "XDG_RUNTIME_DIR",
            "SystemRoot", "OMP_NUM_THREADS"
        ];

    [Theory]
    [MemberData(nameof(Ordinary))]
    public void An_ordinary_variable_passes_by_default(string name) => Assert.True(new Inheritance(Inheritance.Default).Passes(name));

    [Theory]
    [MemberData(nameof(Secrets))]
    public void What_looks_like_a_secret_does_not_pass_by_default(string name) =>
        Assert.False(new Inheritance(Inheritance.Default).Passes(name));

    [Theory]
    [MemberData(nameof(Secrets))]
    public void What_looks_like_a_secret_passes_when_it_is_named(string name) => Assert.True(new Inheritance(["*", name]).Passes(name));

    [Fact]
    public void A_pattern_lets_no_secret_through()
    {
        var inheritance = new Inheritance(["MYAPP_*"]);

        Assert.True(inheritance.Passes("MYAPP_MODE"));
        Assert.False(inheritance.Passes("MYAPP_TOKEN"));
    }

    [Theory]
    [MemberData(nameof(Necessary))]
    public void The_necessary_passes_whatever_the_list_says(string name) => Assert.True(new Inheritance([]).Passes(name));

    [Fact]
    public void With_a_list_nothing_passes_that_is_neither_in_it_nor_necessary()
    {
        var inheritance = new Inheritance(["MYAPP_MODE"]);

        Assert.True(inheritance.Passes("MYAPP_MODE"));
        Assert.False(inheritance.Passes("MYAPP_MODES"));
        Assert.False(inheritance.Passes("CUDA_VISIBLE_DEVICES"));
    }

    [Theory]
    [InlineData("PATH", true)]
    [InlineData("ProgramFiles(x86)", true)]
    [InlineData("*", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData("MODE=fast", false)]
    [InlineData("PATH,HOME", false)]
    [InlineData("PATH HOME", false)]
    public void An_entry_is_one_name_or_pattern(string entry, bool good) => Assert.Equal(good, Inheritance.Flaw(entry) is null);
}
