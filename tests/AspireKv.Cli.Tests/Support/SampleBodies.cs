namespace AspireKv.Cli.Tests.Support;

/// <summary>SampleBodies as the routes of the gateway have them.</summary>
internal static class SampleBodies
{
    public const string ClusterId = "6f1c1a52-7a3f-4a9c-9f39-0d1f8a5e2b11";

    public const string Members =
        """
        {"members":[
        {"id":1,"name":"node1","address":"10.0.0.1:7101","incarnation":"9f86d081884c7d65","registered":1,"state":"active",
        "liveness":"alive","holds":256,"leads":86,"learners":0,"peers":{"2":"alive","3":"alive"}},
        {"id":2,"name":"node2","address":"10.0.0.2:7101","incarnation":"60303ae22b998861","registered":1,"state":"active",
        "liveness":"alive","holds":256,"leads":85,"learners":0,"peers":{"1":"alive","3":"alive"}},
        {"id":3,"name":"node3","address":"10.0.0.3:7101","incarnation":"fd61a03af4f77d87","registered":1,"state":"active",
        "liveness":"suspect","holds":256,"leads":85,"learners":2,"peers":{"1":"alive","2":"alive"}},
        {"id":4,"name":"node4","address":null,"incarnation":null,"registered":0,"state":"idle",
        "liveness":null,"holds":0,"leads":0,"learners":0,"peers":{}}]}
        """;

    public const string Plan =
        """
        {"id":"3-a1b2c3d4","generation":3,"wishes":[{"op":"add","node":4}],"replicationFactor":3,"members":[
        {"id":1,"state":"active","holds":256,"leads":86,"willHold":192,"willLead":64},
        {"id":2,"state":"active","holds":256,"leads":85,"willHold":192,"willLead":64},
        {"id":3,"state":"active","holds":256,"leads":85,"willHold":192,"willLead":64},
        {"id":4,"state":"active","holds":0,"leads":0,"willHold":192,"willLead":64}],
        "moves":[{"partition":12,"from":[1,2,3],"to":[1,4,3],"entries":1200,"bytes":1048576},
        {"partition":17,"from":[2,1,3],"to":[4,2,3],"entries":0,"bytes":0}],
        "totals":{"partitions":192,"copies":192,"entries":230400,"bytes":201326592},"warnings":["node 4 answers no node yet."]}
        """;

    public const string Pending =
        """
        {"id":"3-a1b2c3d4","generation":4,"remaining":{"partitions":40,"moving":1,"waiting":39},
        "moving":[{"partition":12,"replicas":[1,2,3],"nextReplicas":[1,4,3],"target":[1,4,3],"coordinator":1,
        "listed":1200,"copied":800,"settled":640,"swept":false}],
        "waiting":[{"partition":13,"replicas":[1,2,3],"target":[1,4,3]}],"removing":[],"unanswered":[]}
        """;

    public const string NearlyDone =
        """
        {"id":"3-a1b2c3d4","generation":4,"remaining":{"partitions":1,"moving":1,"waiting":0},"moving":[],"waiting":[],
        "removing":[2],"unanswered":[3]}
        """;

    public const string Tombstones =
        """
        {"tombstones":1310,"held":1204,
        "heldBy":[{"id":3,"name":"node3","reason":"dead","partitions":171,"tombstones":1204,
        "since":"2026-03-01T09:12:44Z","oldest":"2026-03-01T09:12:44Z"}],
        "unanswered":[{"id":3,"name":"node3"}],"uncountedPartitions":0}
        """;

    public const string Login = $$"""{"status":"Success","token":"{{FakeGateway.Token}}"}""";

    public static string Change(int version, int generation) => $$"""{"version":{{version}},"generation":{{generation}}}""";

    /// <summary>The body of <c>GET /v1/cluster</c>.</summary>
    /// <param name="without">The partitions without a quorum.</param>
    public static string Cluster(params int[] without)
    {
        var partitions = Enumerable.Range(0, 256).Select(id =>
            $$"""
            {"id":{{id}},"replicas":[1,2,3],"learners":[],"epoch":1,"coordinator":1,"ballot":"4.1","hasQuorum":{{(without.Contains(id)
                ? "false" : "true")}}}
            """);
        return $$"""
            {"clusterId":"{{ClusterId}}","replicationFactor":3,"maxValueBytes":1048576,"members":[],
            "partitions":[{{string.Join(',', partitions)}}]}
            """;
    }

    /// <summary>What the routes answer while nothing happens.</summary>
    public static IReadOnlyDictionary<string, Reply> OfACalmCluster { get; } = new Dictionary<string, Reply>
    {
        ["POST /login"] = Reply.Json(Login),
        ["GET /v1/cluster"] = Reply.Json(Cluster()),
        ["GET /v1/admin/members"] = Reply.Json(Members),
        ["GET /v1/admin/plan"] = Reply.NoContent,
        ["GET /v1/admin/tombstones"] = Reply.Json(Tombstones),
        ["POST /v1/admin/plans"] = Reply.Json(Plan),
        ["POST /v1/admin/plans/3-a1b2c3d4/commit"] = Reply.Json(Change(13, 4)),
        ["DELETE /v1/admin/plan"] = Reply.Json(Change(14, 5)),
        ["PUT /v1/admin/members/6"] = Reply.Json(Change(13, 3)),
        ["DELETE /v1/admin/members/6"] = Reply.Json(Change(14, 3)),
    };
}
