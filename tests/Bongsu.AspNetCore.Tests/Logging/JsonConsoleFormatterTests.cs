using System.Diagnostics;
using System.Text.Json;
using Bongsu.AspNetCore.Logging;
using Bongsu.AspNetCore.Options;
using Bongsu.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bongsu.AspNetCore.Tests.Logging;

public sealed class JsonConsoleFormatterTests
{
    private readonly JsonConsoleFormatter _formatter = new(
        new ServiceIdentity(new BongsuOptions { ServiceName = "orders", ServiceVersion = "1.2.3", EnvironmentName = "production" }), new ManualTime());

    [Fact]
    public void A_line_is_one_object_in_snake_case_with_ids_on_top()
    {
        using var activity = new Activity("request").Start();
        var line = Write(LogLevel.Warning, [new("OrderId", 7), new("http.route", "/orders"), new("Paid", true)], null);

        Assert.Equal("orders", line.GetProperty("service").GetString());
        Assert.Equal("1.2.3", line.GetProperty("version").GetString());
        Assert.Equal("warn", line.GetProperty("level").GetString());
        Assert.Equal("2026-11-19T14:00:00.000Z", line.GetProperty("timestamp").GetString());
        Assert.Equal(activity.TraceId.ToHexString(), line.GetProperty("trace_id").GetString());
        Assert.Equal(activity.SpanId.ToHexString(), line.GetProperty("span_id").GetString());
        Assert.Equal(7, line.GetProperty("order_id").GetInt32());
        Assert.Equal("/orders", line.GetProperty("http_route").GetString());
        Assert.True(line.GetProperty("paid").GetBoolean());
        Assert.Equal("caller-1", line.GetProperty("request_id").GetString());
    }

    [Fact]
    public void Attributes_cannot_forge_fixed_fields_or_lines()
    {
        var line = Write(LogLevel.Information, [new("Level", "fatal"), new("Service", "payments\n{\"level\":\"fatal\"}")], null);
        Assert.Equal("info", line.GetProperty("level").GetString());
        Assert.Equal("orders", line.GetProperty("service").GetString());
        Assert.Equal("fatal", line.GetProperty("attr_level").GetString());
    }

    [Fact]
    public void Exceptions_and_odd_values_are_kept()
    {
        var line = Write(LogLevel.Error, [new("Ratio", double.NaN), new("Text", "봉수")], new TimeoutException("late"));
        Assert.Equal("System.TimeoutException", line.GetProperty("exception_type").GetString());
        Assert.Equal(ErrorClasses.DependencyTimeout, line.GetProperty("error_class").GetString());
        Assert.Equal("NaN", line.GetProperty("ratio").GetString());
        Assert.Equal("봉수", line.GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("OrderId", "order_id")]
    [InlineData("http.route", "http_route")]
    [InlineData("HTTPStatus", "http_status")]
    [InlineData("already_snake", "already_snake")]
    [InlineData("Order2Id", "order2_id")]
    public void Names_become_snake_case(string name, string expected) => Assert.Equal(expected, SnakeCase.Of(name));

    private JsonElement Write(LogLevel level, List<KeyValuePair<string, object?>> state, Exception? exception)
    {
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new Dictionary<string, object?> { ["request_id"] = "caller-1", ["RequestPath"] = "/orders/7" });
        using var text = new StringWriter();
        _formatter.Write(new LogEntry<List<KeyValuePair<string, object?>>>(level, "Shop", new EventId(1, "placed"), state, exception, (_, _) => "done"), scopes, text);
        var lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var line = JsonDocument.Parse(Assert.Single(lines)).RootElement;
        Assert.False(line.TryGetProperty("request_path", out _));
        return line;
    }
}
