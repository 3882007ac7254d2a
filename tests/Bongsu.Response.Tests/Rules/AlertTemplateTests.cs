using Bongsu.Response.Rules;
using FsCheck;
using FsCheck.Fluent;

namespace Bongsu.Response.Tests.Rules;

public sealed class AlertTemplateTests
{
    private static readonly Dictionary<string, string> Labels = new() { ["job"] = "orders", ["le"] = "0.5" };

    // Expected texts follow the examples and rules of Prometheus' template reference.
    [Theory]
    [InlineData("{{ $labels.job }} is down", 0, "orders is down")]
    [InlineData("{{ .Labels.job }}: {{ .Value }}", 1.5, "orders: 1.5")]
    [InlineData("{{ $labels.absent }}!", 0, "!")]
    [InlineData("{{ $value | humanize }}", 1234567, "1.235M")]
    [InlineData("{{ $value | humanize }}", 0.00123, "1.23m")]
    [InlineData("{{ $value | humanize1024 }}", 1048576, "1Mi")]
    [InlineData("{{ $value | humanizePercentage }}", 0.1234, "12.34%")]
    [InlineData("{{ $value | humanizeDuration }}", 3661, "1h 1m 1s")]
    [InlineData("{{ humanizeDuration $value }}", 0.25, "250ms")]
    [InlineData("{{ $value | printf \"%.2f\" }} s", 1.005, "1.00 s")]
    [InlineData("{{ printf \"%.1f%%\" $value }}", 99.95, "100.0%")]
    [InlineData("{{ $labels.job | toUpper }} {{ $labels.job | title }} {{ \"A\" | toLower }}", 0, "ORDERS Orders a")]
    [InlineData("no action", 0, "no action")]
    public void Expands_as_prometheus_does(string template, double value, string expected)
    {
        Assert.Null(AlertTemplate.Problem(template));
        Assert.Equal(expected, AlertTemplate.Expand(template, Labels, value));
    }

    [Theory]
    [InlineData("{{ if $value }}x{{ end }}")]
    [InlineData("{{ query \"up\" }}")]
    [InlineData("{{ $value | shout }}")]
    [InlineData("{{ $labels. }}")]
    [InlineData("{{")]
    public void What_is_not_understood_is_refused(string template) => Assert.Contains("is not understood", AlertTemplate.Problem(template), StringComparison.Ordinal);

    [Fact]
    public void No_template_throws_or_grows_without_end() => Prop.ForAll<string, double>((text, value) =>
    {
        foreach (var template in new[] { text ?? "", $"{{{{{text}}}}}", $"{{{{ $value | {text} }}}}", $"{{{{ printf \"{text}\" $value }}}}" })
        {
            _ = AlertTemplate.Problem(template);
            if (AlertTemplate.Expand(template, Labels, value).Length > 5000)
                return false;
        }
        return true;
    }).QuickCheckThrowOnFailure();
}
