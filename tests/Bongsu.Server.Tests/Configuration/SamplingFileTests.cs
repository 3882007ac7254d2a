using Bongsu.Ingest.Pipeline.Sampling;
using Bongsu.Ingest.Pipeline.Sampling.Policies;
using Bongsu.Response.Configuration;
using Bongsu.Server.Configuration;

namespace Bongsu.Server.Tests.Configuration;

public sealed class SamplingFileTests : IDisposable
{
    private const string EveryPolicy = """
        - {name: p1, type: always_sample}
        - {name: p2, type: latency, latency: {threshold_ms: 750, upper_threshold_ms: 60000}}
        - {name: p3, type: numeric_attribute, numeric_attribute: {key: retries, min_value: 3, max_value: 100}}
        - {name: p4, type: probabilistic, probabilistic: {hash_salt: pepper, sampling_percentage: 0.5}}
        - {name: p5, type: status_code, status_code: {status_codes: [ERROR, UNSET]}}
        - {name: p6, type: string_attribute, string_attribute: {key: tenant, values: [gold, silver], invert_match: true}}
        - {name: p7, type: string_attribute, string_attribute: {key: url.path, values: [\/health, "^/x.*"], enabled_regex_matching: true, cache_max_size: 10}}
        - {name: p8, type: trace_state, trace_state: {key: vendor, values: [a]}}
        - {name: p9, type: trace_flags}
        - {name: p10, type: rate_limiting, rate_limiting: {spans_per_second: 35, burst_capacity: 70}}
        - {name: p11, type: bytes_limiting, bytes_limiting: {bytes_per_second: 1048576}}
        - {name: p12, type: span_count, span_count: {min_spans: 2, max_spans: 20}}
        - {name: p13, type: boolean_attribute, boolean_attribute: {key: debug, value: true}}
        - name: p14
          type: ottl_condition
          ottl_condition:
            error_mode: ignore
            span:
              - 'attributes["a"] == "b"'
              - "resource.attributes[\"region\"] != \"eu\" and IsMatch(name, \"^GET\")"
            spanevent: ['name == "exception"']
        - name: p15
          type: and
          and:
            and_sub_policy:
              - {name: a, type: numeric_attribute, numeric_attribute: {key: n, min_value: 1}}
              - {name: b, type: not, not: {not_sub_policy: {name: c, type: status_code, status_code: {status_codes: [OK]}}}}
        - {name: p16, type: drop, drop: {drop_sub_policy: [{name: probes, type: string_attribute, string_attribute: {key: http.route, values: [/livez]}}]}}
        - name: p17
          type: composite
          composite:
            max_total_spans_per_second: 1000
            policy_order: [second, first]
            composite_sub_policy:
              - {name: first, type: always_sample}
              - {name: second, type: and, and: {and_sub_policy: [{name: d, type: latency, latency: {threshold_ms: 1}}]}}
            rate_allocation: [{policy: second, percent: 25}]
        """;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("bongsu-sampling-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("processors:\n  tail_sampling:\n", 4)]
    [InlineData("processors:\n  batch: {}\n  tail_sampling/edge:\n", 4)]
    [InlineData("tail_sampling:\n", 2)]
    [InlineData("", 0)]
    public void A_collectors_configuration_is_taken_as_it_is(string head, int indent)
    {
        var block = $"""
            decision_wait: 10s
            num_traces: 100
            expected_new_traces_per_sec: 10
            decision_cache: {"{"}sampled_cache_size: 100_000, non_sampled_cache_size: 100_000{"}"}
            drop_pending_traces_on_shutdown: true
            decision_wait_after_root_received: 1m30s
            sample_on_first_match: true
            maximum_trace_size_bytes: 5000000
            policies:
            {Indented(EveryPolicy, 2)}
            """;
        var around = head.StartsWith("processors", StringComparison.Ordinal) ? "receivers: {otlp: {protocols: {grpc: {}}}}\nexporters: {debug: {}}\nservice: {pipelines: {traces: {}}}\n" : "";
        var (plan, problems) = Read(around + head + Indented(block, indent));
        Assert.Empty(problems);
        var tail = plan.Tail!;
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(90), true, 5_000_000L), (tail.DecisionWait, tail.RootGrace, tail.SampleOnFirstMatch, tail.MaximumTraceBytes));
        Assert.Equal(
        [
            "always_sample", "latency", "numeric_attribute", "probabilistic", "status_code", "string_attribute", "string_attribute", "trace_state", "trace_flags", "rate_limiting", "bytes_limiting",
            "span_count", "boolean_attribute", "ottl_condition", "and", "drop", "composite",
        ], tail.Policies.Select(p => p.Type));
        Assert.Equal("not", ((AndPolicy)tail.Policies[14]).Parts[1].Type);
        var composite = (CompositePolicy)tail.Policies[16];
        Assert.Equal([("second", 250L), ("first", 750L)], composite.Parts.Select(p => (p.Policy.Name, p.SpansPerSecond)));
        Assert.Contains(plan.Notes, n => n.Contains("num_traces", StringComparison.Ordinal));
        Assert.True(plan.KeepErrors);
    }

    /// <summary>Configurations as they stand in guides for collectors and in their users' repositories.</summary>
    [Theory]
    [InlineData("errors, slow ones and a share", 3, """
        receivers:
          otlp: {protocols: {grpc: {endpoint: "0.0.0.0:4317"}, http: {}}}
        processors:
          batch: {timeout: 5s}
          memory_limiter: {check_interval: 1s, limit_percentage: 75}
          tail_sampling:
            decision_wait: 10s # Time to wait
            num_traces: 50_000
            expected_new_traces_per_sec: 100
            policies:
              [
                {name: errors-policy, type: status_code, status_code: {status_codes: [ERROR]}},
                {name: slow-traces, type: latency, latency: {threshold_ms: 5000}},
                {name: randomized-policy, type: probabilistic, probabilistic: {sampling_percentage: 25.5, hash_salt: "x"}},
              ]
        exporters:
          otlphttp: {endpoint: "https://example.com"}
        service:
          pipelines:
            traces: {receivers: [otlp], processors: [memory_limiter, tail_sampling, batch], exporters: [otlphttp]}
        """)]
    [InlineData("teams, probes and an escape hatch", 4, """
        tail_sampling:
          decision_wait: 10s
          policies: [
              {
                name: backwards-compatibility-policy, type: and,
                and: {and_sub_policy: [
                  {name: services-using-tail_sampling-policy, type: string_attribute, string_attribute: {key: service.name, values: [list, of, services], invert_match: true}},
                  {name: sample-all-policy, type: always_sample},
                ]},
              },
              {
                name: team_a-probe, type: and,
                and: {and_sub_policy: [
                  {name: service-name-policy, type: string_attribute, string_attribute: {key: service.name, values: [service-1, service-2]}},
                  {name: route-live-ready-policy, type: string_attribute, string_attribute: {key: http.route, values: [/live, /ready, "/v1/name/.+"], enabled_regex_matching: true}},
                  {name: probabilistic-policy, type: probabilistic, probabilistic: {sampling_percentage: 0.1}},
                ]},
              },
              {name: team_a-force-sample, type: boolean_attribute, boolean_attribute: {key: app.force_sample, value: true}},
              {name: do-not-sample, type: drop, drop: {drop_sub_policy: [{name: no, type: boolean_attribute, boolean_attribute: {key: app.do_not_sample, value: true, invert_match: false}}]}},
            ]
        """)]
    [InlineData("conditions and limits", 5, """
        processors:
          tail_sampling/traces:
            decision_wait: 5s
            decision_cache: {sampled_cache_size: 1000, non_sampled_cache_size: 100000}
            sample_on_first_match: true
            policies:
              - name: drop_health
                type: drop
                drop:
                  drop_sub_policy:
                    - name: health
                      type: ottl_condition
                      ottl_condition:
                        error_mode: ignore
                        span: ['IsMatch(attributes["url.path"], "^/(health|metrics)z?$")', 'attributes["http.target"] == "/ping"']
              - name: http-5xx
                type: numeric_attribute
                numeric_attribute: {key: http.response.status_code, min_value: 500, max_value: 599}
              - {name: exceptions, type: ottl_condition, ottl_condition: {spanevent: ['name == "exception"']}}
              - {name: limited, type: rate_limiting, rate_limiting: {spans_per_second: 500}}
              - {name: bytes, type: bytes_limiting, bytes_limiting: {bytes_per_second: 1048576, burst_capacity: 5242880}}
        """)]
    public void Configurations_of_collectors_are_taken(string what, int policies, string text)
    {
        var (plan, problems) = Read(text);
        Assert.True(problems.Count == 0, $"{what}: {string.Join("; ", problems)}");
        Assert.Equal(policies, plan.Tail!.Policies.Count);
    }

    [Fact]
    public void Our_own_keys_stand_beside_it()
    {
        var (plan, problems) = Read("""
            keep_errors: false
            keep_slow: 2s
            memory: 128MiB
            max_trace_bytes: 1MB
            head: {ratio: 0.25}
            logs:
              - {service: api, level: [debug, trace], ratio: 0}
              - {level: [info], ratio: 0.1}
            tail_sampling: {policies: [{name: all, type: always_sample}]}
            """);
        Assert.Empty(problems);
        Assert.Equal((false, TimeSpan.FromSeconds(2), 128L << 20, 1_000_000L, 0.25), (plan.KeepErrors, plan.KeepSlow, plan.MemoryBytes, plan.MaxTraceBytes, plan.HeadRatio));
        Assert.Equal(["api/debug+trace", "*/info"], plan.Logs.Select(l => l.Name));
        Assert.Equal(TimeSpan.FromSeconds(30), plan.Tail!.DecisionWait);
        Assert.Equal(TimeSpan.FromSeconds(5), plan.Tail.RootGrace);
    }

    /// <summary>What all policies of a composite may take together is its maximum, however their shares are told.</summary>
    [Theory]
    [InlineData("{policy: a, percent: 50}, {policy: b, percent: 25}", "500 250 250")]
    [InlineData("{policy: a, percent: 50}", "500 250 250")]
    [InlineData("{policy: a, percent: 0}, {policy: b, percent: 60}", "333 600 67")]
    [InlineData("", "333 333 333")]
    [InlineData("{policy: a, percent: 100}", "1000 0 0")]
    public void Shares_of_a_composite_add_up_to_its_maximum(string allocation, string expected)
    {
        var (plan, problems) = Read($$"""
            tail_sampling:
              policies:
                - name: c
                  type: composite
                  composite:
                    max_total_spans_per_second: 1000
                    policy_order: [a, b, c]
                    composite_sub_policy: [{name: a, type: trace_flags}, {name: b, type: trace_flags}, {name: c, type: always_sample}]
                    rate_allocation: [{{allocation}}]
            """);
        Assert.Empty(problems);
        Assert.Equal(expected, string.Join(' ', ((CompositePolicy)plan.Tail!.Policies[0]).Parts.Select(p => p.SpansPerSecond)));
    }

    [Fact]
    public void What_an_inverted_policy_means_is_told_and_can_be_chosen()
    {
        const string Tail = "tail_sampling: {policies: [{name: probes, type: string_attribute, string_attribute: {key: k, values: [v], invert_match: true}}]}";
        var (plan, problems) = Read(Tail);
        Assert.Empty(problems);
        Assert.True(plan.Tail!.InvertedDecisions);
        Assert.Contains("probes has invert_match", Assert.Single(plan.Notes), StringComparison.Ordinal);
        (plan, problems) = Read("inverted_decisions: false\n" + Tail);
        Assert.Empty(problems);
        Assert.False(plan.Tail!.InvertedDecisions);
        Assert.Empty(plan.Notes);
    }

    [Fact]
    public void Without_the_file_everything_is_kept()
    {
        var problems = new List<ConfigProblem>();
        var plan = SamplingFile.Read(_directory.FullName, problems);
        Assert.Empty(problems);
        Assert.Equal((null, 1.0, 0), (plan.Tail, plan.HeadRatio, plan.Logs.Count));
    }

    [Theory]
    [InlineData("tail_samplin: {}", "tail_samplin")]
    [InlineData("processors: {batch: {}}", "processors")]
    [InlineData("head: {ratio: 2}", "head.ratio")]
    [InlineData("head: {}", "head.ratio")]
    [InlineData("memory: 1KiB", "memory")]
    [InlineData("keep_slow: fast", "keep_slow")]
    [InlineData("logs: [{level: [error], ratio: 0.1}]", "logs[0].level")]
    [InlineData("logs: [{level: [debug]}]", "logs[0].ratio")]
    [InlineData("logs: [{ratio: 0.1, services: x}]", "logs[0].services")]
    [InlineData("tail_sampling: {policies: []}", "tail_sampling.policies")]
    [InlineData("tail_sampling: {}", "tail_sampling.policies")]
    [InlineData("tail_sampling: {decision_wait: 2h, policies: [{name: a, type: always_sample}]}", "tail_sampling.decision_wait")]
    [InlineData("tail_sampling: {decision_wat: 2s, policies: [{name: a, type: always_sample}]}", "tail_sampling.decision_wat")]
    [InlineData("tail_sampling: {sampling_strategy: span-ingest, policies: [{name: a, type: always_sample}]}", "tail_sampling.sampling_strategy")]
    [InlineData("tail_sampling: {policies: [{name: a, type: always}]}", "tail_sampling.policies[0].type")]
    [InlineData("tail_sampling: {policies: [{name: a}]}", "tail_sampling.policies[0].type")]
    [InlineData("tail_sampling: {policies: [{type: always_sample}]}", "tail_sampling.policies[0].name")]
    [InlineData("tail_sampling: {policies: [{name: a, type: always_sample}, {name: a, type: trace_flags}]}", "tail_sampling.policies[1].name")]
    [InlineData("tail_sampling: {policies: [{name: a, type: latency, latency: {threshold: 1}}]}", "tail_sampling.policies[0].latency.threshold")]
    [InlineData("tail_sampling: {policies: [{name: a, type: latency, latency: {threshold_ms: 1.5}}]}", "tail_sampling.policies[0].latency.threshold_ms")]
    [InlineData("tail_sampling: {policies: [{name: a, type: latency}]}", "tail_sampling.policies[0].latency")]
    [InlineData("tail_sampling: {policies: [{name: a, type: latency, latency: {}, ottl: {}}]}", "tail_sampling.policies[0].ottl")]
    [InlineData("tail_sampling: {policies: [{name: a, type: status_code, status_code: {status_codes: [BAD]}}]}", "tail_sampling.policies[0].status_code.status_codes")]
    [InlineData("tail_sampling: {policies: [{name: a, type: string_attribute, string_attribute: {key: k, values: ['('], enabled_regex_matching: true}}]}", "tail_sampling.policies[0].string_attribute.values")]
    [InlineData("tail_sampling: {policies: [{name: a, type: ottl_condition, ottl_condition: {span: ['Foo(name)']}}]}", "tail_sampling.policies[0].ottl_condition.span")]
    [InlineData("tail_sampling: {policies: [{name: a, type: ottl_condition, ottl_condition: {}}]}", "tail_sampling.policies[0].ottl_condition")]
    [InlineData("tail_sampling: {policies: [{name: a, type: and, and: {and_sub_policy: [{name: b, type: composite}]}}]}", "tail_sampling.policies[0].and.and_sub_policy[0].type")]
    [InlineData("tail_sampling: {policies: [{name: a, type: composite, composite: {max_total_spans_per_second: 5, policy_order: [y], composite_sub_policy: [{name: x, type: always_sample}]}}]}", "tail_sampling.policies[0].composite.policy_order")]
    [InlineData("tail_sampling/a: {policies: [{name: a, type: always_sample}]}\ntail_sampling/b: {policies: []}", "tail_sampling/b")]
    public void What_is_wrong_is_told_by_its_key(string text, string key)
    {
        var (_, problems) = Read(text);
        Assert.Contains(problems, p => p.Key == key);
        Assert.All(problems, p => Assert.Equal("sampling.yaml", p.File));
        Assert.All(problems, p => Assert.True(p.Line > 0 && p.Fix.Length > 0, p.ToString()));
    }

    [Fact]
    public void What_an_unsupported_condition_may_say_instead_is_told()
    {
        var (_, problems) = Read("tail_sampling:\n  policies:\n    - name: a\n      type: ottl_condition\n      ottl_condition:\n        span:\n          - 'Len(attributes[\"x\"]) > 3'\n");
        var problem = Assert.Single(problems);
        Assert.Equal(7, problem.Line);
        Assert.Contains("Len(…) is not known; known are comparisons, and, or, not", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hostile_files_are_refused_in_words()
    {
        Assert.NotEmpty(Read(new string('[', 100_000)).Problems);
        Assert.NotEmpty(Read("tail_sampling: {policies: [" + string.Concat(Enumerable.Range(0, 500).Select(i => $"{{name: p{i}, type: trace_flags}},")) + "]}").Problems);
        var nested = string.Concat(Enumerable.Repeat("{name: n, type: not, not: {not_sub_policy: ", 200));
        Assert.NotEmpty(Read("tail_sampling: {policies: [" + nested + "x").Problems);
        Assert.NotEmpty(Read("tail_sampling: 5").Problems);
        var flags = string.Join(',', Enumerable.Range(0, 50).Select(i => $"{{name: f{i}, type: trace_flags}}"));
        var many = string.Join(',', Enumerable.Range(0, 6).Select(i => $"{{name: a{i}, type: and, and: {{and_sub_policy: [{flags}]}}}}"));
        Assert.Contains(Read($"tail_sampling: {{policies: [{many}]}}").Problems, p => p.Message.Contains("256 conditions", StringComparison.Ordinal));
        Assert.NotEmpty(Read("tail_sampling: {policies: [5, [], {}]}").Problems);
    }

    private static string Indented(string text, int by) => string.Join('\n', text.Split('\n').Select(line => new string(' ', by) + line));

    private (SamplingPlan Plan, List<ConfigProblem> Problems) Read(string text)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, SamplingFile.Name), text);
        var problems = new List<ConfigProblem>();
        return (SamplingFile.Read(_directory.FullName, problems), problems);
    }
}
